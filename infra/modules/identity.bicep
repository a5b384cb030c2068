// The one identity of the app. It is made first, so that it has its roles before the app starts.

@description('Name of the identity.')
param name string

@description('Region.')
param location string

@description('Tags of the resources.')
param tags { *: string }

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' = {
  name: name
  location: location
  tags: tags
}

@description('Whom roles are given to.')
output principalId string = identity.properties.principalId

@description('By which clients name the identity.')
output clientId string = identity.properties.clientId
